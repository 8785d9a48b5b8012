using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Contact;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Clients;

/// <summary>
/// Starts a tool's client, in an ActorSystem of its own that says nothing: whatever matters to the person comes as an
/// exception, and standard output belongs to data.
/// </summary>
internal static class ToolClient
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private static readonly Config Quiet = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.coordinated-shutdown.exit-clr = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """);

    /// <exception cref="KafkaException">No node can be reached, or a property's value cannot be used.</exception>
    public static async Task<KafkaActorsClient> StartAsync(ClientProperties properties, CancellationToken stop)
    {
        Config config = properties.ToConfig().WithFallback(Quiet);
        ContactPoint first = ClientSettings.From(config).BootstrapServers[0];
        string local = await LocalAddressTowardsAsync(first, stop).ConfigureAwait(false);
        config = config.WithFallback(
            ConfigurationFactory.ParseString($"akka.remote.dot-netty.tcp.hostname = \"{local}\""));
        return await StartPatientlyAsync(config, stop).ConfigureAwait(false);
    }

    /// <summary>A node that was met and gave no answer may be about to start: it is asked again for a while.</summary>
    private static async Task<KafkaActorsClient> StartPatientlyAsync(Config config, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await KafkaActorsClient.StartAsync(null, config, stop).ConfigureAwait(false);
            }
            catch (KafkaException e) when (e.Error == ErrorCode.NetworkException
                && Stopwatch.GetElapsedTime(started) < StartPatience)
            {
                // The client closed what it had opened; the next one begins afresh.
            }
        }
    }

    /// <summary>
    /// The address of this machine that a node can answer to: the one that packets to it leave from. Nothing is sent.
    /// </summary>
    private static async Task<string> LocalAddressTowardsAsync(ContactPoint node, CancellationToken stop)
    {
        try
        {
            using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(node.Host, node.Port, stop).ConfigureAwait(false);
            IPAddress address = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        }
        catch (SocketException)
        {
            // A host that cannot be resolved or routed to is reported by the client, with its name.
            return IPAddress.Loopback.ToString();
        }
    }
}
