namespace KafkaActors.Messages.Authentication;

/// <summary>A file of secrets cannot be used. The message names it and the remedy, never what stands in it.</summary>
public sealed class SecretException(string message, Exception? cause = null) : Exception(message, cause);
