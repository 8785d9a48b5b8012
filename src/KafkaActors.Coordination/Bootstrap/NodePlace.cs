namespace KafkaActors.Coordination.Bootstrap;

/// <summary>Where a node is on its way into an Akka cluster; the order is that of the way.</summary>
public enum NodePlace
{
    /// <summary>It has decided nothing.</summary>
    Asking,

    /// <summary>It has decided whose cluster to join, and is not Up in it.</summary>
    Joining,

    /// <summary>It has decided to form the cluster and is not Up in it: nobody else forms one, nobody can join yet.
    /// </summary>
    Forming,

    /// <summary>It is Up.</summary>
    InCluster,
}
