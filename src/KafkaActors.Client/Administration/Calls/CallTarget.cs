using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>Whom an administrative request is for.</summary>
internal abstract record CallTarget
{
    /// <summary>Whichever node answers.</summary>
    public static CallTarget AnyNode { get; } = new Any();

    /// <summary>The node that the metadata names as controller: other brokers may refuse.</summary>
    public static CallTarget TheController { get; } = new Controller();

    internal sealed record Any : CallTarget;

    internal sealed record Controller : CallTarget;

    internal sealed record Node(NodeId Id) : CallTarget;

    /// <summary>The node that coordinates the group.</summary>
    internal sealed record Coordinator(string GroupId) : CallTarget;
}
