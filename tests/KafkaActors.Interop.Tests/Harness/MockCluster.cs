using System.Runtime.InteropServices;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.Harness;

/// <summary>
/// Brokers of another make: the mock cluster that lives inside librdkafka, with sockets on the loopback. Topics are
/// created when they are asked for, with four partitions.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private const int Producer = 0;

    // It says that it has newer ones, which its own client does not send: it reads JoinGroup v6 as if it were v5, and
    // ends the whole process over others.
    private static readonly (ApiKey Api, short Most)[] Sound =
    [
        (ApiKey.JoinGroup, 5), (ApiKey.SyncGroup, 3), (ApiKey.Heartbeat, 3), (ApiKey.LeaveGroup, 1),
        (ApiKey.FindCoordinator, 2),
    ];

    private readonly nint _client;
    private readonly nint _cluster;

    private MockCluster(nint client, nint cluster) => (_client, _cluster) = (client, cluster);

    /// <summary>For <c>bootstrap.servers</c>: every broker.</summary>
    public string Bootstrap => Marshal.PtrToStringUTF8(MockClusterMethods.Bootstraps(_cluster))!;

    public static MockCluster Start(int brokers = 3)
    {
        Librdkafka.UseThePackagesOwn(typeof(MockCluster).Assembly);
        nint client = MockClusterMethods.NewClient(Producer, 0, 0, 0);
        nint cluster = MockClusterMethods.NewCluster(client, brokers);
        foreach ((ApiKey api, short most) in Sound)
            Assert.That(MockClusterMethods.SetApiVersion(cluster, (short)api, 0, most), Is.Zero);
        return new MockCluster(client, cluster);
    }

    public void Dispose()
    {
        MockClusterMethods.DestroyCluster(_cluster);
        MockClusterMethods.DestroyClient(_client);
    }
}
