using KafkaActors.Broker.Hosting;

namespace KafkaActors.Cli.Invocation;

/// <summary>Says in one line what the machine, the disk or the cluster refused; null for a defect of our own.</summary>
internal static class EnvironmentFailure
{
    public static string? Describe(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => Describe(inner),
        NodeStartException or IOException or UnauthorizedAccessException or TimeoutException =>
            exception.Message.ReplaceLineEndings(" "),
        _ => null,
    };
}
