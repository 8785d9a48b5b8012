namespace KafkaActors.Testing;

/// <summary>What a test decides about its broker. The defaults do for most tests.</summary>
public sealed record KafkaActorsBrokerOptions
{
    /// <summary>
    /// Settings of the broker by their names in Kafka's <c>server.properties</c>, such as <c>log.retention.ms</c> or
    /// <c>auto.create.topics.enable</c>; a name that begins with <c>akka.</c> is one of Akka.NET's. They win over
    /// everything else here; <c>log.dirs</c> alone is refused, which is <see cref="DataDirectory"/>. A name that does
    /// not exist, or a value that cannot be read, fails the start and is named.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Partitions of a topic that is created without a number, also of one that a client creates by using it
    /// (<c>num.partitions</c>). At least 1.
    /// </summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>
    /// Where the broker's log goes, a line an entry, warnings and errors unless <c>akka.loglevel</c> in
    /// <see cref="Settings"/> says otherwise; null drops it. Written to from any thread, one at a time, until the
    /// broker is disposed; it stays the caller's.
    /// </summary>
    public TextWriter? Log { get; init; }

    /// <summary>
    /// The directory for the data, created when it is absent and never deleted: for a look at the log files after a
    /// test, or for a broker that goes on with another one's data. Null: a temporary one, which goes with the broker.
    /// </summary>
    public string? DataDirectory { get; init; }
}
