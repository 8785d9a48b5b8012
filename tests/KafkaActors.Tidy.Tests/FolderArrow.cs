namespace KafkaActors.Tidy.Tests;

/// <summary>A file of one folder uses a type of another.</summary>
internal sealed record FolderArrow(string From, string To, string Use);
