namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>
/// A line that says something: its number counted from one, its level of indentation, its text without comment, and the
/// comment that stands directly above it.
/// </summary>
internal readonly record struct DefinitionLine(int Number, int Level, string Text, string Comment);
