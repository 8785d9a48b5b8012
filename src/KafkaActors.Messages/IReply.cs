namespace KafkaActors.Messages;

/// <summary>An answer of a conversation.</summary>
public interface IReply;
