using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Configs;

/// <summary>Shows configurations: tables on a terminal, Kafka's lines in a pipe, JSON on request.</summary>
/// <param name="all">Defaults too, not only what was set.</param>
internal sealed class ConfigsReport(ToolContext context, bool all, bool json)
{
    public void Describe(IReadOnlyList<AdminProtocol.ResourceConfigs> resources)
    {
        foreach (AdminProtocol.ResourceConfigs resource in resources.Where(r => r.Error != ErrorCode.None))
        {
            throw new ToolException(
                $"{Word(resource.Resource)}: {ErrorName.Describe(resource.Error, resource.Message)}");
        }

        if (json) context.Text.WriteLine(JsonText.Of(resources.Select(Json)));
        else foreach (AdminProtocol.ResourceConfigs resource in resources) Write(resource);
    }

    /// <summary>As in <c>topic test</c> or <c>default broker</c>.</summary>
    public static string Word(AdminProtocol.Resource resource)
    {
        string type = resource.Type == AdminProtocol.ResourceType.Topic ? "topic" : "broker";
        return resource.Name.Length == 0 ? $"default {type}" : $"{type} {resource.Name}";
    }

    private void Write(AdminProtocol.ResourceConfigs resource)
    {
        string heading = $"{(all ? "All" : "Dynamic")} configs for {Word(resource.Resource)} are:";
        if (!context.Streams.OutputIsTerminal)
        {
            context.Text.WriteLine(heading);
            foreach (AdminProtocol.ConfigEntry entry in Shown(resource))
                context.Text.WriteLine($"  {entry.Name}={entry.Value} sensitive=false source={Source(entry.Source)}");
            return;
        }

        var table = new TextTable("Name", "Value", "Source") { Title = heading };
        foreach (AdminProtocol.ConfigEntry entry in Shown(resource))
            table.Add(entry.Name, entry.Value ?? "", Source(entry.Source));
        table.Write(context.Text);
    }

    private IEnumerable<AdminProtocol.ConfigEntry> Shown(AdminProtocol.ResourceConfigs resource) =>
        resource.Entries.Where(entry => all || IsDynamic(entry.Source))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal);

    private static bool IsDynamic(AdminProtocol.ConfigSource source) =>
        source is AdminProtocol.ConfigSource.DynamicTopicConfig or AdminProtocol.ConfigSource.DynamicBrokerConfig
            or AdminProtocol.ConfigSource.DynamicDefaultBrokerConfig;

    private object Json(AdminProtocol.ResourceConfigs resource) => new
    {
        Type = resource.Resource.Type.ToString().ToLowerInvariant(),
        resource.Resource.Name,
        Configs = Shown(resource).Select(entry => new
        {
            entry.Name,
            entry.Value,
            Source = Source(entry.Source),
            entry.IsReadOnly,
            entry.Documentation,
        }),
    };

    private static string Source(AdminProtocol.ConfigSource source) => source switch
    {
        AdminProtocol.ConfigSource.DynamicTopicConfig => "DYNAMIC_TOPIC_CONFIG",
        AdminProtocol.ConfigSource.DynamicBrokerConfig => "DYNAMIC_BROKER_CONFIG",
        AdminProtocol.ConfigSource.DynamicDefaultBrokerConfig => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        AdminProtocol.ConfigSource.StaticBrokerConfig => "STATIC_BROKER_CONFIG",
        _ => "DEFAULT_CONFIG",
    };
}
