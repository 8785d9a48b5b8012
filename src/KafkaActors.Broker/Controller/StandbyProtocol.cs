namespace KafkaActors.Broker.Controller;

/// <summary>What a standby controller says to the <see cref="ControllerRoute"/> of every node.</summary>
internal static class StandbyProtocol
{
    /// <summary>The sender serves as the controller though it is not the singleton; said again and again.</summary>
    /// <param name="Epoch">Of the controller: a higher one takes the place of a lower.</param>
    internal sealed record Serves(int Epoch);

    /// <summary>The sender is over.</summary>
    internal sealed record Ended(int Epoch);
}
