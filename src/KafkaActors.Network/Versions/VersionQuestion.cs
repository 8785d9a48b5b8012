using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Versions;

/// <summary>
/// The first question on a connection, ApiVersions, and what its response means: the broker's versions, or that it is
/// to be asked again in an older version. A broker that does not know the version answers UNSUPPORTED_VERSION in the
/// shape of version 0, with its ranges or without; one that is older still closes the connection. Pure.
/// </summary>
internal static class VersionQuestion
{
    public const short Oldest = 0;

    private const int CorrelationId = 0;

    public static short Newest => ApiMessages.ApiVersions.Versions.Max;

    public static void Write(ProtocolWriter writer, short version, ConnectionSettings settings)
    {
        var request = new ApiVersionsRequest
        {
            ClientSoftwareName = settings.SoftwareName, ClientSoftwareVersion = settings.SoftwareVersion,
        };
        RequestFrame.Write(writer, request, version, CorrelationId, settings.ClientId);
    }

    /// <param name="asked">The version of the question.</param>
    /// <param name="askAgain">With null: the version to ask in.</param>
    /// <exception cref="ProtocolViolationException">It is no response to ApiVersions.</exception>
    /// <exception cref="IOException">The broker refuses to say.</exception>
    public static ApiVersionsResponse? Read(ReadOnlyMemory<byte> frame, short asked, out short askAgain)
    {
        askAgain = -1;
        var reader = new ProtocolReader(frame) { TagLimit = uint.MaxValue };
        if (ResponseHeader.Read(ref reader, ApiKey.ApiVersions, asked) != CorrelationId)
            throw new ProtocolViolationException("a response to something that was not asked");
        ProtocolReader peek = reader;
        ErrorCode error = peek.ReadErrorCode();
        if (error == ErrorCode.None) return ApiVersionsResponse.Read(ref reader, asked);
        if (error != ErrorCode.UnsupportedVersion || asked == Oldest)
            throw new IOException($"it answers ApiVersions v{asked} with {error}.");
        askAgain = HighestBelow(asked, reader);
        return null;
    }

    private static short HighestBelow(short asked, ProtocolReader reader)
    {
        try
        {
            ApiVersionsResponse ranges = ApiVersionsResponse.Read(ref reader, Oldest);
            short highest = ranges.ApiKeys
                .Where(api => api.ApiKey == (short)ApiKey.ApiVersions)
                .Select(api => api.MaxVersion).FirstOrDefault(Oldest);
            return short.Clamp(highest, Oldest, (short)(asked - 1));
        }
        catch (ProtocolViolationException)
        {
            return Oldest;
        }
    }
}
