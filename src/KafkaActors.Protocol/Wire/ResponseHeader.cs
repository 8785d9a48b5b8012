using KafkaActors.Protocol.Messages;

namespace KafkaActors.Protocol.Wire;

/// <summary>
/// The header of a response: version 1, with tagged fields, before a body of a flexible version, else version 0. Before
/// ApiVersions it is always version 0: the client may not know yet which versions the node speaks (KIP-511).
/// </summary>
public static class ResponseHeader
{
    /// <summary>Reads up to the body and returns the correlation id.</summary>
    public static int Read(ref ProtocolReader reader, ApiKey api, short version)
    {
        int correlationId = reader.ReadInt32();
        if (HasTags(api, version)) reader.SkipTags();
        return correlationId;
    }

    public static void Write(ProtocolWriter writer, ApiKey api, short version, int correlationId)
    {
        writer.WriteInt32(correlationId);
        if (HasTags(api, version)) writer.WriteNoTags();
    }

    private static bool HasTags(ApiKey api, short version) =>
        api != ApiKey.ApiVersions
        && ApiMessages.TryGet((short)api, out ApiDescription? description)
        && description.IsFlexible(version);
}
