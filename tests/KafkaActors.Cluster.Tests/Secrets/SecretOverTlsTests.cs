using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using KafkaActors.Client;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>Akka's own TLS beside the secret: the handshake runs inside of it.</summary>
[NonParallelizable]
public sealed class SecretOverTlsTests
{
    [Test]
    public async Task Nodes_and_clients_prove_their_secrets_inside_TLS()
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync(more: Tls);
        await nodes.AddAsync(2, SecretNodes.Cluster, SecretNodes.Client);
        Assert.That(Akka.Cluster.Cluster.Get(nodes.First.System).State.Members, Has.Count.EqualTo(2));
        Assert.That(nodes.First.AkkaAddress, Does.StartWith("akka.ssl.tcp://"));
        await using (KafkaActorsClient client = await nodes.ClientAsync(SecretNodes.Client))
            await SecretTraffic.RunAsync(client, "inside-tls");
        Assert.That(nodes.AkkaPortLines, Is.Empty);
    }

    // Nobody's certificate but our own: whether it is trusted is Akka's to test.
    private static Config Tls(TempDirectory directory)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate =
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string path = directory.Combine("node.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, "held"));
        return ConfigurationFactory.ParseString(
            $$"""
            akka.remote.dot-netty.tcp {
              enable-ssl = true
              ssl {
                suppress-validation = true
                certificate {
                  path = "{{path}}"
                  password = "held"
                }
              }
            }
            """);
    }
}
