namespace KafkaActors.Broker.Configuration;

/// <summary>
/// The node cannot start, for a reason a person can remove: its message is one line that names the thing at fault and
/// the remedy, meant to be printed as it is.
/// </summary>
public class NodeStartException : Exception
{
    public NodeStartException()
    {
    }

    public NodeStartException(string message)
        : base(message)
    {
    }

    public NodeStartException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
