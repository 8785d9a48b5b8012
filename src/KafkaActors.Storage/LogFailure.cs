namespace KafkaActors.Storage;

/// <summary>Why a log is offline. Set once and never taken back while the log is open.</summary>
public sealed record LogFailure(LogFailureKind Kind, string Message, Exception? Cause = null);
