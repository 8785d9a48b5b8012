using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// What a log, and whoever asked for an association, is told of one that came to nothing, with the remedy.
/// </summary>
internal static class Reasons
{
    public const string Displaced =
        "it was turned away: too many come that prove nothing";

    /// <summary>Of one that came.</summary>
    public static string OfStranger(HandshakeRefusal refusal) => "it was turned away: " + refusal switch
    {
        HandshakeRefusal.NotUnderstood => "it proves no secret; nodes and clients of this cluster do "
            + "(kafka-actors.cluster.secret.file, kafka-actors.client.secret.file)",
        HandshakeRefusal.OtherVersion => "it speaks another version of the handshake",
        HandshakeRefusal.NoSuchSecret => "it shows a kind of secret that this node does not hold "
            + "(kafka-actors.cluster.secret.file for nodes, kafka-actors.cluster.client.secret.file for clients)",
        _ => "its secret is not this cluster's",
    };

    /// <summary>Of one that was dialled.</summary>
    /// <param name="peer">Who it says it is.</param>
    public static string OfDialled(HandshakeRefusal refusal, SecretKind kind, string? peer)
    {
        string key = kind == SecretKind.Cluster
            ? "kafka-actors.cluster.secret.file"
            : "kafka-actors.client.secret.file";
        return refusal switch
        {
            HandshakeRefusal.NotUnderstood => $"it does not ask for the secret in {key}: it holds none itself",
            HandshakeRefusal.OtherVersion => "it speaks another version of the handshake",
            HandshakeRefusal.NoSuchSecret when kind == SecretKind.Cluster =>
                $"it does not hold the cluster's secret: set {key} there",
            HandshakeRefusal.NoSuchSecret =>
                "it takes no clients: set kafka-actors.cluster.client.secret.file there, or come to its Kafka port",
            HandshakeRefusal.OtherPeer => $"it is {peer}, and answers to that name alone",
            _ => $"it does not take the secret in {key}",
        };
    }

    /// <summary>Of one that was dialled by a system that holds no secret.</summary>
    public const string SecretNeeded = "it takes only those that hold a secret of its cluster: set "
        + "kafka-actors.cluster.secret.file at a node, kafka-actors.client.secret.file at a client";

    public static string OfFrame(FrameVerdict verdict) => verdict switch
    {
        FrameVerdict.NameOfNodes => "it was turned away: it is a client, and its ActorSystem has the name that only "
            + "the cluster's nodes may have",
        FrameVerdict.Malformed => "it was cut off: it is a client, and sent what is no frame of Akka.Remote",
        FrameVerdict.OtherSender => "it is a client, and sent a message under another's name, which was dropped",
        _ => "it is a client, and sent a message to somebody else than the front door, which was dropped",
    };
}
