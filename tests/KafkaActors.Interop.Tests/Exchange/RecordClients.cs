using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>Every client that takes part, in the roles it can take without a group.</summary>
internal static class RecordClients
{
    private static readonly IRecordClient Actors = new ActorClient();
    private static readonly IRecordClient Confluent = new ConfluentClient();
    private static readonly IRecordClient KafkaPython =
        new ScriptClient(ClientProgram.KafkaPython, "python/kafka_python.py", [.. Codecs.All]);
    private static readonly IRecordClient ConfluentPython =
        new ScriptClient(ClientProgram.ConfluentPython, "python/confluent_python.py", [.. Codecs.All]);
    private static readonly IRecordClient Platformatic =
        new ScriptClient(ClientProgram.Platformatic, "javascript/platformatic.mjs", [.. Codecs.All]);
    private static readonly IRecordClient Kafkajs =
        new ScriptClient(ClientProgram.Kafkajs, "javascript/kafkajs.mjs", "none", "gzip");

    public static IReadOnlyList<IRecordClient> Producers { get; } =
        [Actors, Confluent, ConfluentPython, KafkaPython, Platformatic, Kafkajs];

    /// <summary>kafkajs reads in groups only, kcat prints no record whole: they have tests of their own.</summary>
    public static IReadOnlyList<IRecordClient> Consumers { get; } =
        [Actors, Confluent, ConfluentPython, KafkaPython, Platformatic];
}
