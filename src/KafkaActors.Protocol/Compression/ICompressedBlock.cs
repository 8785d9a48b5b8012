namespace KafkaActors.Protocol.Compression;

/// <summary>
/// A block that is decompressed piece by piece, so that its reader holds one piece and not all of it. May end in any
/// exception when the source is broken; <see cref="DecompressedBlock"/> is its only user.
/// </summary>
internal interface ICompressedBlock : IDisposable
{
    /// <summary>
    /// The next bytes, at least one; 0 at the end, when everything was there and every checksum right.
    /// </summary>
    int Read(Span<byte> destination);
}
