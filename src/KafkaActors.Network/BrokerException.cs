using KafkaActors.Protocol;

namespace KafkaActors.Network;

/// <summary>A <see cref="BrokerFault"/>, for those who await a response.</summary>
public sealed class BrokerException : Exception
{
    public BrokerException(BrokerFault fault)
        : base(fault.Message) => Fault = fault;

    public BrokerException()
        : this(new BrokerFault(ErrorCode.NetworkException, ""))
    {
    }

    public BrokerException(string message)
        : this(new BrokerFault(ErrorCode.NetworkException, message))
    {
    }

    public BrokerException(string message, Exception innerException)
        : base(message, innerException) => Fault = new BrokerFault(ErrorCode.NetworkException, message);

    public BrokerFault Fault { get; }
}
