using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Brings a node into its cluster and waits until it is Up: by the seeds, or alone when there are none. In a host's own
/// system that joins by itself it only waits.
/// </summary>
internal static class ClusterEntry
{
    public static async Task JoinAsync(ActorSystem system, MembershipSettings settings, CancellationToken cancellation)
    {
        Cluster cluster = Cluster.Get(system);
        Address[] seeds = Seeds(system, settings);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(settings.JoinTimeout);
        try
        {
            await EnterAsync(cluster, seeds, timeout.Token).ConfigureAwait(false);
        }
        catch (ClusterJoinFailedException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception cause) when (!cancellation.IsCancellationRequested
            && cause is OperationCanceledException or ClusterJoinFailedException)
        {
            throw new NodeStartException(Reason(settings), cause);
        }
    }

    /// <summary>
    /// Whether the node is on its own: nobody else is named who could be in a cluster already. Only then may it form
    /// one.
    /// </summary>
    public static bool IsAlone(ActorSystem system, MembershipSettings settings) =>
        Array.TrueForAll(Seeds(system, settings), seed => seed == Cluster.Get(system).SelfAddress);

    /// <summary>host:port of a node with our system's name and protocol, or a whole Akka address.</summary>
    /// <exception cref="InvalidSettingException">It is neither.</exception>
    public static Address Parse(string seed, Address self)
    {
        bool isWhole = seed.Contains("://", StringComparison.Ordinal);
        if (isWhole && Address.TryParse(seed, out Address? address) && address.HasGlobalScope) return address;
        int colon = seed.LastIndexOf(':');
        ReadOnlySpan<char> digits = seed.AsSpan(colon + 1);
        bool isPort = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        if (!isWhole && colon > 0 && isPort && port is > 0 and <= 65535)
            return new Address(self.Protocol, self.System, seed[..colon], port);
        throw InvalidSettingException.Value("kafka-actors.cluster.seeds", seed, "cannot be read", "HOST:PORT");
    }

    private static Address[] Seeds(ActorSystem system, MembershipSettings settings)
    {
        Address self = Cluster.Get(system).SelfAddress;
        return [.. settings.Seeds.Select(seed => Parse(seed, self))];
    }

    private static Task EnterAsync(Cluster cluster, Address[] seeds, CancellationToken cancellation)
    {
        if (seeds.Length > 0) return cluster.JoinSeedNodesAsync(seeds, cancellation);
        bool isJoining = !cluster.Settings.SeedNodes.IsEmpty || !cluster.State.Members.IsEmpty;
        return isJoining ? UpAsync(cluster, cancellation) : cluster.JoinAsync(cluster.SelfAddress, cancellation);
    }

    private static async Task UpAsync(Cluster cluster, CancellationToken cancellation)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => up.TrySetResult());
        await up.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private static string Reason(MembershipSettings settings)
    {
        string waited = string.Create(CultureInfo.InvariantCulture, $"{settings.JoinTimeout.TotalSeconds:0.#} s");
        return settings.Seeds.Count == 0
            ? $"this node did not come up in its cluster within {waited} (kafka-actors.cluster.join.timeout.ms)"
            : $"none of the seeds {string.Join(", ", settings.Seeds)} let this node in within {waited}; "
                + "check kafka-actors.cluster.seeds: a node answers only to the name that its ready line shows";
    }
}
