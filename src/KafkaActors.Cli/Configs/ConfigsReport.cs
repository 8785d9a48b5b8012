using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Configs;

/// <summary>Shows configurations: tables on a terminal, Kafka's lines in a pipe, JSON on request.</summary>
/// <param name="all">Defaults too, not only what was set.</param>
internal sealed class ConfigsReport(ToolContext context, bool all, bool json)
{
    public void Describe(IReadOnlyList<ResourceDescription> resources)
    {
        foreach (ResourceDescription resource in resources.Where(r => r.Error != ErrorCode.None))
        {
            throw new ToolException(
                $"{Word(resource.Resource)}: {ErrorName.Describe(resource.Error, resource.Message)}");
        }

        if (json) context.Text.WriteLine(JsonText.Of(resources.Select(Json)));
        else foreach (ResourceDescription resource in resources) Write(resource);
    }

    /// <summary>As in <c>topic test</c> or <c>default broker</c>.</summary>
    public static string Word(ConfigResource resource)
    {
        string type = resource.Type.ToString().ToLowerInvariant();
        return resource.Name.Length == 0 ? $"default {type}" : $"{type} {resource.Name}";
    }

    private void Write(ResourceDescription resource)
    {
        string heading = resource.Resource is { Type: ConfigResourceType.Broker, Name: "" }
            ? "Default configs for brokers in the cluster are:"
            : $"{(all ? "All" : "Dynamic")} configs for {Word(resource.Resource)} are:";
        if (!context.Streams.OutputIsTerminal)
        {
            context.Text.WriteLine(heading);
            foreach (ConfigDescription config in Shown(resource)) context.Text.WriteLine($"  {Line(config)}");
            return;
        }

        var table = new TextTable("Name", "Value", "Source") { Title = heading };
        foreach (ConfigDescription config in Shown(resource))
            table.Add(config.Name, config.Value ?? "", Source(config.Source));
        table.Write(context.Text);
    }

    private static string Line(ConfigDescription config)
    {
        IEnumerable<string> synonyms = config.Synonyms.Select(synonym =>
            $"{Source(synonym.Source)}:{synonym.Name}={synonym.Value ?? "null"}");
        return $"{config.Name}={config.Value ?? "null"} sensitive={(config.IsSensitive ? "true" : "false")} "
            + $"synonyms={{{string.Join(", ", synonyms)}}}";
    }

    private IEnumerable<ConfigDescription> Shown(ResourceDescription resource) =>
        resource.Configs.Where(config => all || config.Source == OwnSource(resource.Resource))
            .OrderBy(config => config.Name, StringComparer.Ordinal);

    /// <summary>Where a value comes from that was set for the resource itself.</summary>
    private static ConfigSource OwnSource(ConfigResource resource) => resource switch
    {
        { Type: ConfigResourceType.Topic } => ConfigSource.DynamicTopicConfig,
        { Type: ConfigResourceType.Group } => ConfigSource.GroupConfig,
        { Name: "" } => ConfigSource.DynamicDefaultBrokerConfig,
        _ => ConfigSource.DynamicBrokerConfig,
    };

    private object Json(ResourceDescription resource) => new
    {
        Type = resource.Resource.Type.ToString().ToLowerInvariant(),
        resource.Resource.Name,
        Configs = Shown(resource).Select(config => new
        {
            config.Name,
            config.Value,
            Source = Source(config.Source),
            config.IsReadOnly,
            config.IsSensitive,
            config.Documentation,
            Synonyms = config.Synonyms.Select(synonym => new
            {
                synonym.Name, synonym.Value, Source = Source(synonym.Source),
            }),
        }),
    };

    private static string Source(ConfigSource source) => source switch
    {
        ConfigSource.DynamicTopicConfig => "DYNAMIC_TOPIC_CONFIG",
        ConfigSource.DynamicBrokerConfig => "DYNAMIC_BROKER_CONFIG",
        ConfigSource.DynamicDefaultBrokerConfig => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource.StaticBrokerConfig => "STATIC_BROKER_CONFIG",
        ConfigSource.GroupConfig => "DYNAMIC_GROUP_CONFIG",
        _ => "DEFAULT_CONFIG",
    };
}
