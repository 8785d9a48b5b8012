namespace KafkaActors.Cli.Invocation;

/// <summary>What every command works with.</summary>
internal sealed record ToolContext(StandardStreams Streams, TimeProvider Time)
{
    public TextWriter Text => Streams.Text;

    public TextWriter Error => Streams.Error;
}
