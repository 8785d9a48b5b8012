using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>Asks for changes of topics and configuration; what is not answered in time is an answer as well.</summary>
internal static class AdminCalls
{
    public static async Task<AdminProtocol.TopicsChanged> ChangeTopicsAsync(
        this NodeServices services, ICommand change, TimeSpan timeout, IEnumerable<string> topics)
    {
        try
        {
            return await NodeServices.AskAsync<AdminProtocol.TopicsChanged>(services.Admin, change, timeout)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new AdminProtocol.TopicsChanged(0, [.. topics.Select(topic => new AdminProtocol.TopicResult(
                topic, TopicId.None, ErrorCode.RequestTimedOut, "The change may still be made."))]);
        }
    }

    public static async Task<IReadOnlyList<AdminProtocol.ResourceResult>> AlterConfigsAsync(
        this NodeServices services, IReadOnlyList<AdminProtocol.ResourceChange> changes, bool validateOnly)
    {
        try
        {
            var alter = new AdminProtocol.AlterConfigs(0, changes, validateOnly);
            AdminProtocol.ConfigsAltered altered = await NodeServices
                .AskAsync<AdminProtocol.ConfigsAltered>(
                    services.Admin, alter, services.Node.Settings.AdminMaxTimeout)
                .ConfigureAwait(false);
            return altered.Resources;
        }
        catch (TimeoutException)
        {
            return [.. changes.Select(change => new AdminProtocol.ResourceResult(
                change.Resource, ErrorCode.RequestTimedOut, "The change may still be made."))];
        }
    }

    /// <summary>A timeout as clients send it, which may be anything.</summary>
    public static TimeSpan Timeout(this NodeServices services, int timeoutMs)
    {
        TimeSpan asked = TimeSpan.FromMilliseconds(Math.Max(0, timeoutMs));
        TimeSpan most = services.Node.Settings.AdminMaxTimeout;
        return asked < most ? asked : most;
    }
}
