namespace KafkaActors.Broker.Controller;

/// <summary>
/// Whether a standby serves as the controller, as this node has heard. Written by its <see cref="ControllerRoute"/>,
/// read by the node's singleton, which gains nothing meanwhile.
/// </summary>
internal sealed class StandbyNotice
{
    private volatile bool _isServing;

    public bool IsServing
    {
        get => _isServing;
        set => _isServing = value;
    }
}
