using KafkaActors.Broker.Hosting;

namespace KafkaActors.Cli.Invocation;

/// <summary>What every command works with.</summary>
internal sealed record ToolContext(StandardStreams Streams, TimeProvider Time)
{
    public TextWriter Text => Streams.Text;

    public TextWriter Error => Streams.Error;

    /// <summary>What a node that is run here is given beside its configuration; its log goes to the errors.</summary>
    public NodeOptions Node { get; init; } = new();
}
