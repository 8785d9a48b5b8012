namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>A line of a definition that cannot be understood; becomes a compile error at that line.</summary>
internal sealed class DefinitionException(int line, string message) : Exception(message)
{
    /// <summary>Counted from one.</summary>
    public int Line => line;
}
