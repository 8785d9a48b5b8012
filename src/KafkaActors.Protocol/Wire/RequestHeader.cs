using KafkaActors.Protocol.Messages;

namespace KafkaActors.Protocol.Wire;

/// <summary>
/// The header of a request: version 2, with tagged fields, before a body of a flexible version, else version 1. The
/// client id keeps its old length form in both.
/// </summary>
public readonly record struct RequestHeader(short Key, short Version, int CorrelationId, string? ClientId)
{
    public ApiKey Api => (ApiKey)Key;

    /// <summary>
    /// Reads up to the body. The header of an unknown API or version is read up to the client id, which is all that an
    /// error answer needs.
    /// </summary>
    public static RequestHeader Read(ref ProtocolReader reader)
    {
        short key = reader.ReadInt16();
        short version = reader.ReadInt16();
        int correlationId = reader.ReadInt32();
        string? clientId = reader.ReadNullableString(compact: false);
        bool tagged = ApiMessages.TryGet(key, out ApiDescription? api)
            && api.Versions.Contains(version)
            && api.IsFlexible(version);
        if (tagged) reader.SkipTags();
        return new RequestHeader(key, version, correlationId, clientId);
    }

    public void Write(ProtocolWriter writer)
    {
        writer.WriteInt16(Key);
        writer.WriteInt16(Version);
        writer.WriteInt32(CorrelationId);
        writer.WriteNullableString(ClientId, compact: false);
        if (ApiMessages.TryGet(Key, out ApiDescription? api) && api.IsFlexible(Version)) writer.WriteNoTags();
    }
}
