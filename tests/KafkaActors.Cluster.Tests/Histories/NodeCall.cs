using System.Net.Sockets;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Histories;

/// <summary>One request to one node on a connection of its own; what is not answered in time is unknown.</summary>
internal static class NodeCall
{
    /// <summary>Null when there was no answer.</summary>
    public static async Task<TResponse?> TryAsync<TResponse>(string address, IRequestMessage request, TimeSpan patience)
        where TResponse : class, IResponseMessage
    {
        try
        {
            return await AskAsync<TResponse>(address, request).WaitAsync(patience);
        }
        catch (Exception unanswered)
            when (unanswered is SocketException or TimeoutException or AssertionException or OperationCanceledException)
        {
            return null;
        }
    }

    private static async Task<TResponse> AskAsync<TResponse>(string address, IRequestMessage request)
        where TResponse : class, IResponseMessage
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
        return await client.AskAsync<TResponse>(request);
    }
}
