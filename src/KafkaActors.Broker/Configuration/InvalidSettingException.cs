namespace KafkaActors.Broker.Configuration;

/// <summary>A key under <c>kafka-actors</c> that does not exist, or a value that cannot be used.</summary>
public sealed class InvalidSettingException : NodeStartException
{
    public InvalidSettingException()
    {
    }

    public InvalidSettingException(string message)
        : base(message)
    {
    }

    public InvalidSettingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal static InvalidSettingException Value(string path, string text, string fault, string expected) =>
        new($"{path} = \"{text}\" {fault}; expected {expected}");
}
