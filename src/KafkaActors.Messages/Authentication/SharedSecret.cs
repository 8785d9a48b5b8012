using System.Security.Cryptography;
using System.Text;

namespace KafkaActors.Messages.Authentication;

/// <summary>
/// A secret of one kind, as the key of an HMAC-SHA256; its text is not kept. Two kinds never have the same key,
/// whatever the texts. What it proves is the whole transcript of a handshake, and which side gives the proof.
/// </summary>
public sealed class SharedSecret
{
    /// <summary>Short ones could be guessed from one proof that somebody has overheard.</summary>
    public const int LeastCharacters = 32;

    public const int MostCharacters = 1024;

    public const int ProofBytes = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key;

    public SharedSecret(SecretKind kind, string text) => _key = HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(text), Encoding.ASCII.GetBytes($"kafka-actors secret 1 {kind}"));

    internal byte[] Prove(HandshakeSide side, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> challenge)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        // Both frames say their own length, so that no other pair has this transcript.
        mac.AppendData([(byte)side]);
        mac.AppendData(hello);
        mac.AppendData(challenge);
        return mac.GetHashAndReset();
    }

    internal bool IsProof(
        ReadOnlySpan<byte> proof, HandshakeSide side, ReadOnlySpan<byte> hello, ReadOnlySpan<byte> challenge) =>
        CryptographicOperations.FixedTimeEquals(proof, Prove(side, hello, challenge));

    public override string ToString() => "[secret]";
}
