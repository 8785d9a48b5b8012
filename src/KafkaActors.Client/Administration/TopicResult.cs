using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>What became of one topic of a request.</summary>
/// <param name="Id">None where the answer does not tell it.</param>
/// <param name="Message">Says why, when there is an error.</param>
public sealed record TopicResult(string Topic, TopicId Id, ErrorCode Error, string? Message);
