using System.Buffers.Binary;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Dump;

internal sealed class DumpLogCommandTests
{
    [Test]
    public async Task Batches_are_printed_a_line_each_in_the_words_of_the_tool_that_people_know()
    {
        using var directory = new TempDirectory();
        string log = Path.Combine(directory.Path, SegmentFiles.LogName);
        List<int> positions = SegmentFiles.Write(log, batches: 3);

        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", log);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success), run.Error);
        Assert.That(run.OutputLines[..2], Is.EqualTo(new[] { $"Dumping {log}", "Log starting offset: 0" }));
        Assert.That(run.OutputLines, Has.Length.EqualTo(5));
        Assert.That(run.OutputLines[3], Does.StartWith(
            "baseOffset: 2 lastOffset: 3 count: 2 baseSequence: -1 lastSequence: -1 producerId: -1 producerEpoch: -1 "
            + "partitionLeaderEpoch: 7 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty "
            + $"position: {positions[1]} CreateTime: 1001 size: {positions[2] - positions[1]} magic: 2 "
            + "compresscodec: none"));
        Assert.That(run.OutputLines[3], Does.Match(@"crc: \d+ isvalid: true$"));
    }

    [Test]
    public async Task Records_are_printed_under_their_batch([Values] CompressionType compression)
    {
        using var directory = new TempDirectory();
        string log = Path.Combine(directory.Path, SegmentFiles.LogName);
        SegmentFiles.Write(log, batches: 1, compression);

        ToolRun run = await ToolRun.OfAsync("dump-log", "--print-data-log", "--files", log);

        Assert.That(run.OutputLines[3..], Is.EqualTo(new[]
        {
            "| offset: 0 CreateTime: 1000 keySize: 3 valueSize: 7 sequence: -1 headerKeys: [] key: key "
                + "payload: value 0",
            "| offset: 1 CreateTime: 1000 keySize: -1 valueSize: 6 sequence: -1 headerKeys: [] payload: second",
        }));
    }

    [Test]
    public async Task A_flipped_bit_is_reported_and_the_exit_code_says_so()
    {
        using var directory = new TempDirectory();
        string log = Path.Combine(directory.Path, SegmentFiles.LogName);
        List<int> positions = SegmentFiles.Write(log, batches: 3);
        byte[] bytes = File.ReadAllBytes(log);
        bytes[positions[1] + RecordBatchLayout.HeaderSize + 5] ^= 1;
        File.WriteAllBytes(log, bytes);

        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", log);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(run.OutputLines[3], Does.EndWith("isvalid: false"));
        Assert.That(run.OutputLines[4], Does.EndWith("isvalid: true"));
        Assert.That(run.Error, Does.Contain($"position {positions[1]}"));
    }

    [Test]
    public async Task A_torn_tail_is_reported()
    {
        using var directory = new TempDirectory();
        string log = Path.Combine(directory.Path, SegmentFiles.LogName);
        SegmentFiles.Write(log, batches: 2);
        byte[] bytes = File.ReadAllBytes(log);
        File.WriteAllBytes(log, bytes[..^3]);

        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", log);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(run.Output, Does.Match($"Found \\d+ invalid bytes at the end of {SegmentFiles.LogName}"));
        Assert.That(run.Error, Does.Contain("cut off"));
    }

    [Test]
    public async Task A_batch_larger_than_the_window_is_read_whole()
    {
        using var directory = new TempDirectory();
        string log = Path.Combine(directory.Path, SegmentFiles.LogName);
        var builder = new RecordBatchBuilder(1 << 20);
        builder.TryAppend(1, default(ReadOnlyMemory<byte>?), new byte[3_000_000], default);
        File.WriteAllBytes(log, [.. builder.Build(), .. SmallBatch(1)]);

        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", log);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Success), run.Error);
        Assert.That(run.OutputLines, Has.Length.EqualTo(4));
    }

    [Test]
    public async Task An_offset_index_is_checked_against_its_log()
    {
        using var directory = new TempDirectory();
        List<int> positions = SegmentFiles.Write(Path.Combine(directory.Path, SegmentFiles.LogName), batches: 3);
        string index = Path.Combine(directory.Path, "00000000000000000000.index");
        WriteIndex(index, (3, positions[1]), (5, positions[2]));
        ToolRun right = await ToolRun.OfAsync("dump-log", "--files", index);
        WriteIndex(index, (2, positions[2]));
        ToolRun wrong = await ToolRun.OfAsync("dump-log", "--files", index);

        Assert.That(right.ExitCode, Is.EqualTo(ExitCode.Success), right.Error);
        Assert.That(right.OutputLines[1], Is.EqualTo($"offset: 3 position: {positions[1]}"));
        Assert.That(wrong.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(wrong.Error, Does.Contain("offset 2"));
    }

    [Test]
    public async Task A_time_index_is_checked_against_its_log()
    {
        using var directory = new TempDirectory();
        SegmentFiles.Write(Path.Combine(directory.Path, SegmentFiles.LogName), batches: 3);
        string index = Path.Combine(directory.Path, "00000000000000000000.timeindex");
        WriteTimeIndex(index, (1001, 3));
        ToolRun right = await ToolRun.OfAsync("dump-log", "--files", index);
        WriteTimeIndex(index, (1001, 5));
        ToolRun wrong = await ToolRun.OfAsync("dump-log", "--files", index);

        Assert.That(right.ExitCode, Is.EqualTo(ExitCode.Success), right.Error);
        Assert.That(right.OutputLines[1], Is.EqualTo("timestamp: 1001 offset: 3"));
        Assert.That(wrong.ExitCode, Is.EqualTo(ExitCode.Failure));
    }

    [Test]
    public async Task A_producer_snapshot_is_printed_and_its_checksum_verified()
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("00000000000000000010.snapshot");
        byte[] bytes = Snapshot();
        await File.WriteAllBytesAsync(path, bytes);
        ToolRun right = await ToolRun.OfAsync("dump-log", "--files", path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        ToolRun wrong = await ToolRun.OfAsync("dump-log", "--files", path);

        Assert.That(right.ExitCode, Is.EqualTo(ExitCode.Success), right.Error);
        Assert.That(right.OutputLines[1], Is.EqualTo(
            "producerId: 1000 producerEpoch: 2 coordinatorEpoch: -1 currentTxnFirstOffset: OptionalLong.empty "
            + "firstSequence: 5 lastSequence: 9 lastOffset: 9 offsetDelta: 4 timestamp: 1700000000000"));
        Assert.That(wrong.ExitCode, Is.EqualTo(ExitCode.Failure));
    }

    [TestCase("missing.log", "no file")]
    [TestCase("00000000000000000000.txt", "no file of a log")]
    public async Task What_cannot_be_dumped_is_one_line(string name, string reason)
    {
        using var directory = new TempDirectory();
        string path = Path.Combine(directory.Path, name);
        if (!name.StartsWith("missing", StringComparison.Ordinal)) File.WriteAllText(path, "x");

        ToolRun run = await ToolRun.OfAsync("dump-log", "--files", path);

        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(run.ErrorLines, Has.Length.EqualTo(1));
        Assert.That(run.Error, Does.Contain(reason));
    }

    /// <summary>One producer, and a byte of what may follow.</summary>
    private static byte[] Snapshot()
    {
        byte[] bytes = new byte[10 + 46 + 1];
        BinaryPrimitives.WriteInt16BigEndian(bytes, 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(6), 1);
        Span<byte> entry = bytes.AsSpan(10);
        BinaryPrimitives.WriteInt64BigEndian(entry, 1000);
        BinaryPrimitives.WriteInt16BigEndian(entry[8..], 2);
        BinaryPrimitives.WriteInt32BigEndian(entry[10..], 9);
        BinaryPrimitives.WriteInt64BigEndian(entry[14..], 9);
        BinaryPrimitives.WriteInt32BigEndian(entry[22..], 4);
        BinaryPrimitives.WriteInt64BigEndian(entry[26..], 1700000000000);
        BinaryPrimitives.WriteInt32BigEndian(entry[34..], -1);
        BinaryPrimitives.WriteInt64BigEndian(entry[38..], -1);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), Protocol.Crc32C.Compute(bytes.AsSpan(6)));
        return bytes;
    }

    private static byte[] SmallBatch(long offset)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        builder.TryAppend(1, default(ReadOnlyMemory<byte>?), "x"u8.ToArray(), default);
        byte[] batch = builder.Build();
        RecordBatchPatcher.AssignOffsets(batch, offset, new Protocol.LeaderEpoch(0));
        return batch;
    }

    private static void WriteIndex(string path, params (int Offset, int Position)[] entries)
    {
        byte[] bytes = new byte[entries.Length * 8];
        for (int i = 0; i < entries.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * 8), entries[i].Offset);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((i * 8) + 4), entries[i].Position);
        }

        File.WriteAllBytes(path, bytes);
    }

    private static void WriteTimeIndex(string path, params (long Timestamp, int Offset)[] entries)
    {
        byte[] bytes = new byte[entries.Length * 12];
        for (int i = 0; i < entries.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(i * 12), entries[i].Timestamp);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((i * 12) + 8), entries[i].Offset);
        }

        File.WriteAllBytes(path, bytes);
    }
}
