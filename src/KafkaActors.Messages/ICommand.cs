namespace KafkaActors.Messages;

/// <summary>A request of a conversation; it is answered by an <see cref="IReply"/> of the same conversation.</summary>
public interface ICommand;
