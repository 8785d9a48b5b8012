namespace KafkaActors.Coordination.Controllers;

/// <summary>What the owner of a <see cref="ControllerCalls{TAsker}"/> has to do.</summary>
public abstract record ControllerCallEffect<TAsker>
{
    /// <summary>To wherever the controller is; it may get lost.</summary>
    public sealed record Send(ControllerProtocol.Request Request) : ControllerCallEffect<TAsker>;

    /// <inheritdoc cref="Send"/>
    public sealed record Recall(ControllerProtocol.Recall Message) : ControllerCallEffect<TAsker>;

    /// <summary>After <c>controller.retry.backoff.ms</c>.</summary>
    public sealed record RetryLater(long Id) : ControllerCallEffect<TAsker>;

    public sealed record Answer(TAsker Asker, ControllerProtocol.Reply Reply) : ControllerCallEffect<TAsker>;
}
