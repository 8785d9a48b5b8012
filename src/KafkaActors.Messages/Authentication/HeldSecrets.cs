namespace KafkaActors.Messages.Authentication;

/// <summary>
/// The secrets that a process holds. Of each kind the first is what it proves itself by; each of them is accepted, so
/// that one can be replaced while nodes go on.
/// </summary>
public sealed record HeldSecrets(IReadOnlyList<SharedSecret> Cluster, IReadOnlyList<SharedSecret> Client)
{
    public static HeldSecrets None { get; } = new([], []);

    public bool IsEmpty => Cluster.Count == 0 && Client.Count == 0;

    /// <summary>By which kind it makes itself known: a node by the cluster's, whatever else it holds.</summary>
    public SecretKind OwnKind => Cluster.Count > 0 ? SecretKind.Cluster : SecretKind.Client;

    public IReadOnlyList<SharedSecret> Of(SecretKind kind) => kind switch
    {
        SecretKind.Cluster => Cluster,
        SecretKind.Client => Client,
        _ => [],
    };

    /// <param name="clusterFile">Null where the process is no node.</param>
    /// <param name="clientFile">Null where no clients are taken, or the process is none.</param>
    /// <exception cref="SecretException">A file cannot be used.</exception>
    public static HeldSecrets Read(string? clusterFile, string? clientFile)
    {
        IReadOnlyList<string> cluster = clusterFile is null ? [] : SecretFile.Read(clusterFile);
        IReadOnlyList<string> client = clientFile is null ? [] : SecretFile.Read(clientFile);
        if (cluster.Intersect(client, StringComparer.Ordinal).Any())
        {
            throw new SecretException(
                $"{clusterFile} and {clientFile} hold the same secret: whoever is a client would be a node; make "
                + "another one for the clients, as deploy/make-secrets.sh does");
        }

        return new HeldSecrets(Secrets(SecretKind.Cluster, cluster), Secrets(SecretKind.Client, client));
    }

    private static SharedSecret[] Secrets(SecretKind kind, IReadOnlyList<string> texts) =>
        [.. texts.Select(text => new SharedSecret(kind, text))];
}
