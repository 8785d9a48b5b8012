namespace KafkaActors.Messages.Serialization;

/// <summary>Reads one message, or one item of a list, from where the reader stands.</summary>
public delegate T ReadItem<out T>(ref WireReader reader);
