using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;
using NUnit.Framework;

namespace KafkaActors.TestKit.Clusters;

/// <summary>
/// Looks at nodes through their Kafka doors, one connection to each, that is made anew after each failure. A node that
/// does not answer within a second is not seen. May be used by several threads.
/// </summary>
public sealed class NodeEyes : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Eye> _eyes = [];

    /// <summary>What the node at that address says now; null when it does not answer.</summary>
    public Task<NodeView?> LookAsync(string kafkaAddress)
    {
        lock (_eyes)
        {
            if (!_eyes.TryGetValue(kafkaAddress, out Eye? eye)) _eyes[kafkaAddress] = eye = new Eye(kafkaAddress);
            return eye.LookAsync();
        }
    }

    public void Dispose()
    {
        lock (_eyes)
            foreach (Eye eye in _eyes.Values) eye.Dispose();
    }

    private sealed class Eye(string address) : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);
        private KafkaWireClient? _client;

        public async Task<NodeView?> LookAsync()
        {
            await _turn.WaitAsync().ConfigureAwait(false);
            try
            {
                return await AskAsync().WaitAsync(Patience).ConfigureAwait(false);
            }
            catch (Exception unanswered) when (unanswered is SocketException or TimeoutException or AssertionException
                or OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
            finally
            {
                _turn.Release();
            }
        }

        public void Dispose() => _client?.Dispose();

        // An attempt that nobody waits for any more keeps its connection to itself until it was answered.
        private async Task<NodeView> AskAsync()
        {
            KafkaWireClient client = Interlocked.Exchange(ref _client, null)
                ?? await KafkaWireClient.ConnectAsync(address).ConfigureAwait(false);
            try
            {
                var metadata = await client.AskAsync<MetadataResponse>(
                    new MetadataRequest { Topics = null, AllowAutoTopicCreation = false }).ConfigureAwait(false);
                NodeView view = new(
                    metadata.ClusterId,
                    metadata.ControllerId.Value,
                    [.. metadata.Brokers.Select(broker => broker.NodeId.Value).Order()],
                    metadata.Topics.ToDictionary(topic => topic.Name ?? "", ViewOf));
                Interlocked.Exchange(ref _client, client)?.Dispose();
                return view;
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }

        private static TopicView ViewOf(MetadataResponse.MetadataTopic topic) => new(
            topic.TopicId,
            [.. topic.Partitions.OrderBy(partition => partition.PartitionIndex).Select(partition => new PartitionView(
                partition.PartitionIndex,
                partition.LeaderId.Value,
                partition.LeaderEpoch.Value,
                [.. partition.IsrNodes.Select(node => node.Value).Order()]))]);
    }
}
