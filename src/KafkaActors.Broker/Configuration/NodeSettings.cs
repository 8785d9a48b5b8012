using Akka.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>Everything under <c>kafka-actors</c>, read and checked once, before anything is started.</summary>
public sealed record NodeSettings : ISettingsSection
{
    public const string VoterRole = "voter";

    public const string BrokerRole = "broker";

    [HoconKey("node.id", Minimum = 0, Maximum = int.MaxValue)]
    public NodeId NodeId { get; init; }

    [HoconKey("process.roles", Words = VoterRole + "|" + BrokerRole)]
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Null: none is told.</summary>
    [HoconKey("broker.rack")]
    public string? Rack { get; init; }

    public PoolSettings Pools { get; init; } = new();

    public ListenerSettings Listeners { get; init; } = new();

    public KafkaListenerSettings Kafka { get; init; } = new();

    public GroupCoordinatorSettings Groups { get; init; } = new();

    public MembershipSettings Cluster { get; init; } = new();

    public LogSettings Log { get; init; } = new();

    public CleanerSettings Cleaner { get; init; } = new();

    public TopicSettings Topics { get; init; } = new();

    public TopicDefaultSettings TopicDefaults { get; init; } = new();

    public FrontDoorSettings FrontDoor { get; init; } = new();

    public ControllerSettings Controller { get; init; } = new();

    /// <summary>Kafka's settings that are set and have no effect; see <see cref="IgnoredSettings"/>.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    public bool IsVoter => Roles.Contains(VoterRole);

    public bool IsBroker => Roles.Contains(BrokerRole);

    /// <summary>Every setting's path, relative to <c>kafka-actors</c>.</summary>
    internal static IReadOnlyCollection<string> Paths { get; } =
        SettingsReader.Keys(typeof(NodeSettings)).Select(key => key.Path).ToHashSet();

    /// <summary>What is set, by Kafka's name or ours, as a properties file would write it.</summary>
    public IReadOnlyDictionary<string, string> Describe() => SettingsDescription.Of(this);

    /// <summary>Reads a configuration that already has the reference beneath it.</summary>
    /// <exception cref="InvalidSettingException">A key that does not exist, or a value that cannot be used.</exception>
    public static NodeSettings Read(Config config)
    {
        var tree = new SettingsTree(config);
        UnknownKeys.Refuse(tree, Paths);
        NodeSettings settings = new SettingsReader(tree).Read<NodeSettings>() with
        {
            Ignored = [.. tree.Paths.Where(path => IgnoredSettings.Reason(path) is not null)],
        };
        settings.Check();
        return settings;
    }

    private void Check()
    {
        Listeners.Check();
        NamedListener.InterBrokerName(Kafka, NamedListener.Of(this));
        QuorumVoter.Check(this);
        Cleaner.Check();
        Groups.Check();
        TopicDefaults.Check();
        if (Roles.Count == 0)
            throw new InvalidSettingException("kafka-actors.process.roles is empty; expected voter, broker or both");
        if (Log.Directories.Count == 0)
            throw new InvalidSettingException("kafka-actors.log.dirs is empty; expected a directory, or --data DIR");
    }
}
