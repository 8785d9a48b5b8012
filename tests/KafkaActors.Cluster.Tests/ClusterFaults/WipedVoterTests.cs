using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// The whole directory of one voter of three is lost, and the voter comes back by remove and add while the cluster is
/// used: afterwards it counts again.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class WipedVoterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_voter_whose_directory_is_wiped_is_removed_and_added_and_counts_again()
    {
        await using ClusterOfProcesses cluster = await ClusterOfProcesses.StartAsync();
        await using ClusterTrial trial = await ClusterTrial.StartAsync(cluster);
        int controller = await cluster.ControllerAsync();
        ClusterNode[] others = [.. cluster.Nodes.Where(node => node.Id != controller)];
        (ClusterNode wiped, ClusterNode third) = (others[0], others[1]);
        string lost = await DirectoryOfAsync(cluster[controller], wiped.Id);
        await wiped.KillAsync();
        wiped.Wipe();
        wiped.Start();
        await trial.ServesAsync($"while node {wiped.Id} is wiped", cluster.Except(wiped.Id));
        await wiped.ReadyAsync();
        await ChangeVotersAsync(cluster[controller], "remove-controller", wiped.Id, "--controller-directory-id", lost);
        await ChangeVotersAsync(cluster[controller], "add-controller", wiped.Id);

        await third.KillAsync();
        await trial.ServesAsync($"with node {wiped.Id} and without node {third.Id}", controller);
        third.Start();
        await trial.HoldsAsync(wiped: [wiped.Id]);
    }

    /// <summary>The directory of a voter, as the quorum knows it and the tools take it.</summary>
    private static async Task<string> DirectoryOfAsync(ClusterNode at, int voter)
    {
        DescribeQuorumRequest request = new()
        {
            Topics = [new() { TopicName = "__cluster_metadata", Partitions = [new() { PartitionIndex = 0 }] }],
        };
        var answer = await NodeCall.TryAsync<DescribeQuorumResponse>(at.KafkaAddress, request, Limit);
        Guid directory = answer!.Topics.Single().Partitions.Single().CurrentVoters
            .Single(state => state.ReplicaId.Value == voter).ReplicaDirectoryId;
        return new DirectoryId(directory).ToString();
    }

    /// <summary>Again until it is done: a change waits for the one before, and for nodes to catch up.</summary>
    private static Task ChangeVotersAsync(
        ClusterNode at, string command, int node, params IReadOnlyList<string> options) => Eventually.True(
        async () =>
        {
            await using ExternalProcess tool = KafkaActorsCommand.Start(
                [
                    "metadata-quorum", "--bootstrap-server", at.KafkaAddress, command, "--controller-id", $"{node}",
                    .. options,
                ]);
            bool isDone = await tool.WaitForExitAsync(Limit) == 0;
            await TestContext.Out.WriteLineAsync(tool.Describe());
            return isDone;
        },
        $"{command} of node {node}",
        Limit);
}
