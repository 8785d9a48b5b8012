using System.Net;
using System.Net.Sockets;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Coordinators;

public sealed class CoordinatorReaderTests : GroupTest
{
    private const int AtATime = 2;

    private static readonly NodeId Third = new(3);

    [Test]
    public async Task A_node_that_answers_slowly_holds_back_what_it_leads_and_nothing_else()
    {
        using TcpListener slow = Listen();
        using TcpListener quick = Listen();
        Image = ImageOf(Other, Other, Other, Third);
        Image = Image with
        {
            Brokers = Image.Brokers
                .SetItem(Other, At(slow) with { Node = Other })
                .SetItem(Third, At(quick) with { Node = Third }),
        };
        var reader = new CoordinatorReader(
            Self, Partitions, () => Image, NodePools.Of(Sys).GroupLoading, AtATime, "PLAINTEXT", TimeProvider.System);

        Task<LoadedPartition>[] loads = [.. Enumerable.Range(0, 4).Select(partition =>
            reader.LoadAsync(Tenant, new TopicIdPartition(OffsetsTopicId, partition), upTo: 5, null))];

        using TcpClient first = await slow.AcceptTcpClientAsync();
        using TcpClient second = await slow.AcceptTcpClientAsync();
        using (await quick.AcceptTcpClientAsync())
            Assert.That(slow.Pending(), Is.False, "the third of its partitions waits for one of the two");
        first.Close();
        using TcpClient third = await slow.AcceptTcpClientAsync();
        second.Close();
        third.Close();
        foreach (Task<LoadedPartition> load in loads)
            Assert.That(async () => await load, Throws.InstanceOf<IOException>());
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private BrokerImage At(TcpListener listener) => Image.Broker(Other)! with
    {
        Listeners = [new BrokerEndpoint("PLAINTEXT", "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port)],
    };
}
