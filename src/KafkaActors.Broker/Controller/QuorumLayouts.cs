using KafkaActors.Messages.Serialization;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// <see cref="Coordination.Quorum.QuorumProtocol"/> on the wire, after the version byte; the parts stand at
/// <see cref="NodeWire"/>.
/// <code>
/// qq Query            promise asker
/// qQ Status           promise asker, voter from, string cluster id, promise promised, position last, voters,
/// remembered, boolean refilling, boolean led
/// qp RequestPromise   promise asker, string cluster id, voters
/// qP PromiseAnswered  promise asker, voter from, boolean granted, Status without its asker and from
/// qf FetchLog         promise asker, position after
/// qF LogFetched       promise asker, voter from, position after, position common, log
/// qa Append           promise asker, string cluster id, position previous, int64 committed offset, remembered,
///                     int64 round, log
/// qi InstallSnapshot  promise asker, string cluster id, log
/// qA Appended         promise asker, voter from, promise promised, boolean match, position previous, position,
///                     int64 round
/// </code>
/// </summary>
internal static class QuorumLayouts
{
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Query>(
            "qq", (writer, message) => writer.Promise(message.Asker), (ref reader) => new Query(reader.Promise())),
        MessageLayout.Of<Status>("qQ", WriteStatus, ReadStatus),
        MessageLayout.Of<RequestPromise>(
            "qp",
            (writer, message) =>
            {
                writer.Promise(message.Asker);
                writer.String(message.ClusterId);
                writer.Voters(message.Voters);
            },
            (ref reader) => new RequestPromise(reader.Promise(), reader.String(), reader.Voters())),
        MessageLayout.Of<PromiseAnswered>("qP", WritePromise, ReadPromise),
        MessageLayout.Of<FetchLog>(
            "qf",
            (writer, message) =>
            {
                writer.Promise(message.Asker);
                writer.Position(message.After);
            },
            (ref reader) => new FetchLog(reader.Promise(), reader.Position())),
        MessageLayout.Of<LogFetched>("qF", WriteFetched, ReadFetched),
        MessageLayout.Of<Append>("qa", WriteAppend, ReadAppend),
        MessageLayout.Of<InstallSnapshot>("qi", WriteInstall, ReadInstall),
        MessageLayout.Of<Appended>("qA", WriteAppended, ReadAppended),
    ];

    private static void WriteStatus(WireWriter writer, Status message)
    {
        writer.Promise(message.Asker);
        writer.Voter(message.From);
        WriteStanding(writer, message);
    }

    private static Status ReadStatus(ref WireReader reader)
    {
        var asker = reader.Promise();
        return ReadStanding(ref reader, asker, reader.Voter());
    }

    private static void WriteStanding(WireWriter writer, Status message)
    {
        writer.String(message.ClusterId);
        writer.Promise(message.Promised);
        writer.Position(message.Last);
        writer.Voters(message.Voters);
        writer.Remembered(message.Others);
        writer.Boolean(message.IsRefilling);
        writer.Boolean(message.IsLed);
    }

    private static Status ReadStanding(
        ref WireReader reader, Coordination.Quorum.Promise asker, Coordination.Metadata.Voter from) =>
        new(
            asker,
            from,
            reader.String(),
            reader.Promise(),
            reader.Position(),
            reader.Voters(),
            reader.Remembered(),
            reader.Boolean(),
            reader.Boolean());

    private static void WritePromise(WireWriter writer, PromiseAnswered message)
    {
        writer.Promise(message.Asker);
        writer.Voter(message.From);
        writer.Boolean(message.IsGranted);
        WriteStanding(writer, message.Standing);
    }

    private static PromiseAnswered ReadPromise(ref WireReader reader)
    {
        var asker = reader.Promise();
        var from = reader.Voter();
        bool isGranted = reader.Boolean();
        return new PromiseAnswered(asker, from, isGranted, ReadStanding(ref reader, asker, from));
    }

    private static void WriteFetched(WireWriter writer, LogFetched message)
    {
        writer.Promise(message.Asker);
        writer.Voter(message.From);
        writer.Position(message.After);
        writer.Position(message.Common);
        writer.Log(message.Snapshot, message.Entries);
    }

    private static LogFetched ReadFetched(ref WireReader reader)
    {
        var asker = reader.Promise();
        var from = reader.Voter();
        var after = reader.Position();
        var common = reader.Position();
        var (snapshot, entries) = reader.Log();
        return new LogFetched(asker, from, after, common, snapshot, entries);
    }

    private static void WriteAppend(WireWriter writer, Append message)
    {
        writer.Promise(message.Asker);
        writer.String(message.ClusterId);
        writer.Position(message.Previous);
        writer.Offset(message.Committed);
        writer.Remembered(message.Others);
        writer.Int64(message.Round);
        writer.Log(null, message.Entries);
    }

    private static Append ReadAppend(ref WireReader reader)
    {
        var asker = reader.Promise();
        string clusterId = reader.String();
        var previous = reader.Position();
        var committed = reader.Offset();
        var others = reader.Remembered();
        long round = reader.Int64();
        return new Append(asker, clusterId, previous, reader.Log().Entries, committed, others, round);
    }

    private static void WriteInstall(WireWriter writer, InstallSnapshot message)
    {
        writer.Promise(message.Asker);
        writer.String(message.ClusterId);
        writer.Log(message.Snapshot, []);
    }

    private static InstallSnapshot ReadInstall(ref WireReader reader)
    {
        var asker = reader.Promise();
        string clusterId = reader.String();
        return new InstallSnapshot(asker, clusterId, ControllerLayouts.Present(reader.Log().Snapshot));
    }

    private static void WriteAppended(WireWriter writer, Appended message)
    {
        writer.Promise(message.Asker);
        writer.Voter(message.From);
        writer.Promise(message.Promised);
        writer.Boolean(message.IsMatch);
        writer.Position(message.Previous);
        writer.Position(message.Position);
        writer.Int64(message.Round);
    }

    private static Appended ReadAppended(ref WireReader reader) => new(
        reader.Promise(), reader.Voter(), reader.Promise(), reader.Boolean(), reader.Position(), reader.Position(),
        reader.Int64());
}
