using System.Collections.Frozen;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// The versions that a node serves: those of this build, or for a test of clients no more than an older release of
/// Apache Kafka has. Immutable.
/// </summary>
internal sealed class ServedRelease
{
    /// <summary>What <c>served.release</c> says for no limit.</summary>
    public const string CurrentName = "current";

    private const short No = -1;

    // The highest version of each API, by release; below zero where the release does not have it.
    private static readonly Dictionary<string, int> Columns = new() { ["2.1"] = 0, ["3.0"] = 1, ["4.1"] = 2 };

    private static readonly Dictionary<ApiKey, short[]> Highest = new()
    {
        [ApiKey.Produce] = [7, 9, 13],
        [ApiKey.Fetch] = [10, 12, 18],
        [ApiKey.ListOffsets] = [4, 7, 10],
        [ApiKey.Metadata] = [7, 11, 13],
        [ApiKey.OffsetCommit] = [6, 8, 10],
        [ApiKey.OffsetFetch] = [5, 8, 10],
        [ApiKey.FindCoordinator] = [2, 4, 6],
        [ApiKey.JoinGroup] = [3, 7, 9],
        [ApiKey.Heartbeat] = [2, 4, 4],
        [ApiKey.LeaveGroup] = [2, 4, 5],
        [ApiKey.SyncGroup] = [2, 5, 5],
        [ApiKey.DescribeGroups] = [2, 5, 6],
        [ApiKey.ListGroups] = [2, 4, 5],
        [ApiKey.ApiVersions] = [2, 3, 4],
        [ApiKey.CreateTopics] = [3, 7, 7],
        [ApiKey.DeleteTopics] = [3, 6, 6],
        [ApiKey.DeleteRecords] = [1, 2, 2],
        [ApiKey.InitProducerId] = [1, 4, 5],
        [ApiKey.OffsetForLeaderEpoch] = [2, 4, 4],
        [ApiKey.DescribeConfigs] = [2, 4, 4],
        [ApiKey.AlterConfigs] = [1, 2, 2],
        [ApiKey.DescribeLogDirs] = [1, 2, 4],
        [ApiKey.CreatePartitions] = [1, 3, 3],
        [ApiKey.DeleteGroups] = [1, 2, 2],
        [ApiKey.IncrementalAlterConfigs] = [No, 1, 1],
        [ApiKey.OffsetDelete] = [No, 0, 0],
        [ApiKey.DescribeCluster] = [No, 0, 1],
        [ApiKey.DescribeProducers] = [No, 0, 0],
        // A broker of 3.0 with ZooKeeper does not have it.
        [ApiKey.UnregisterBroker] = [No, No, 0],
        [ApiKey.DescribeTopicPartitions] = [No, No, 0],
        [ApiKey.DescribeQuorum] = [No, No, 2],
        [ApiKey.AddRaftVoter] = [No, No, 0],
        [ApiKey.RemoveRaftVoter] = [No, No, 0],
        [ApiKey.ConsumerGroupHeartbeat] = [No, No, 1],
        [ApiKey.ConsumerGroupDescribe] = [No, No, 1],
    };

    private readonly FrozenDictionary<ApiKey, ApiDescription> _apis;

    private ServedRelease(IEnumerable<ApiDescription> apis) => _apis = apis.ToFrozenDictionary(api => api.Key);

    public static ServedRelease Current { get; } = new(ApiMessages.All);

    /// <param name="name"><see cref="CurrentName"/>, or a release of the table.</param>
    public static ServedRelease Of(string name) => name == CurrentName
        ? Current
        : new ServedRelease(ApiMessages.All.Select(api => Cut(api, Columns[name])).OfType<ApiDescription>());

    /// <summary>The API as it is served; null where it is not.</summary>
    public ApiDescription? Find(ApiKey api) => _apis.GetValueOrDefault(api);

    private static ApiDescription? Cut(ApiDescription api, int column)
    {
        if (!Highest.TryGetValue(api.Key, out short[]? versions) || versions[column] < api.Versions.Min) return null;
        return api with
        {
            Versions = api.Versions with { Max = Math.Min(api.Versions.Max, versions[column]) },
            Advertised = api.Advertised with { Max = Math.Min(api.Advertised.Max, versions[column]) },
        };
    }
}
