using System.Globalization;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>An entry of <c>controller.quorum.voters</c>, as Kafka writes it: <c>id@host:port</c>.</summary>
/// <param name="Endpoint">host:port of its Akka door.</param>
internal sealed record QuorumVoter(NodeId Node, string Endpoint)
{
    public const string Key = SettingsTree.Root + ".controller.quorum.voters";

    /// <exception cref="InvalidSettingException">It is no such entry.</exception>
    public static QuorumVoter Parse(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        bool isId = int.TryParse(
            text.AsSpan(0, Math.Max(at, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out int id);
        return at > 0 && isId && at < text.Length - 1
            ? new QuorumVoter(new NodeId(id), text[(at + 1)..])
            : throw InvalidSettingException.Value(Key, text, "cannot be read", "ID@HOST:PORT");
    }

    /// <exception cref="InvalidSettingException">An entry cannot be read, or they contradict the node.</exception>
    public static void Check(NodeSettings settings)
    {
        QuorumVoter[] voters = [.. settings.Cluster.QuorumVoters.Select(Parse)];
        if (voters.DistinctBy(voter => voter.Node).Count() < voters.Length)
            throw new InvalidSettingException($"{Key} names a node twice; name each voter once");
        if (!settings.IsVoter && Array.Exists(voters, voter => voter.Node == settings.NodeId))
            throw new InvalidSettingException(
                $"{Key} names node {settings.NodeId}, which has no role voter; add it to kafka-actors.process.roles");
    }
}
