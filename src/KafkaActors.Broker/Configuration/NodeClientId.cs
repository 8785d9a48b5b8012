using System.Globalization;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Configuration;

/// <summary>The client id of requests that a node sends to another's Kafka port: it says which node asks.</summary>
public static class NodeClientId
{
    public const string Prefix = "kafka-actors-node-";

    public static string Of(NodeId node) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{node.Value}");
}
