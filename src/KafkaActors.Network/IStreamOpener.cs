namespace KafkaActors.Network;

/// <summary>Opens the stream that a connection speaks over. TLS is one that wraps another.</summary>
public interface IStreamOpener
{
    /// <exception cref="IOException">The broker cannot be reached.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The broker cannot be reached.</exception>
    Task<Stream> OpenAsync(BrokerAddress endpoint, CancellationToken cancellationToken);
}
