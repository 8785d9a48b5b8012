using KafkaActors.Broker.Configuration;
using KafkaActors.Cli.Clients;
using KafkaActors.Client;

namespace KafkaActors.Cli.Invocation;

/// <summary>Says in one line what the machine, the disk or the cluster refused; null for a defect of our own.</summary>
internal static class EnvironmentFailure
{
    public static string? Describe(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => Describe(inner),
        KafkaException refused => OneLine($"{refused.Message.TrimEnd('.')} ({ErrorName.Of(refused.Error)})."),
        NodeStartException or IOException or UnauthorizedAccessException or TimeoutException =>
            OneLine(exception.Message),
        _ => null,
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
