using System.Buffers;
using System.Buffers.Text;
using System.Text;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Consuming;

/// <summary>
/// Writes records as lines of bytes: timestamp, partition, offset, headers, key and value, as far as they are asked
/// for, with the separator between any two. Keys and values are written as they are, nothing is decoded.
/// </summary>
internal sealed class RecordFormatter(RecordFormat format)
{
    private const int LongestInt64 = 20;

    public void Write(int partition, TimestampType timestampType, in RecordView record, IBufferWriter<byte> output)
    {
        bool first = true;
        if (format.PrintTimestamp)
        {
            ReadOnlySpan<byte> label =
                timestampType == TimestampType.CreateTime ? "CreateTime:"u8 : "LogAppendTime:"u8;
            WriteNumber(label, record.TimestampMs, ref first, output);
        }

        if (format.PrintPartition) WriteNumber("Partition:"u8, partition, ref first, output);
        if (format.PrintOffset) WriteNumber("Offset:"u8, record.Offset, ref first, output);
        if (format.PrintHeaders) WriteHeaders(record.Headers, ref first, output);
        if (format.PrintKey) WriteField(record.Key, ref first, output);
        if (format.PrintValue) WriteField(record.Value, ref first, output);
        output.Write(format.LineSeparator);
    }

    private void WriteHeaders(RecordHeaders headers, ref bool first, IBufferWriter<byte> output)
    {
        Separate(ref first, output);
        if (headers.Count == 0) output.Write("NO_HEADERS"u8);
        bool firstHeader = true;
        foreach (RecordHeader header in headers)
        {
            if (!firstHeader) output.Write(format.HeadersSeparator);
            firstHeader = false;
            Encoding.UTF8.GetBytes(header.Key, output);
            output.Write(":"u8);
            output.Write(header.Value is { } value ? value.Span : format.NullLiteral);
        }
    }

    private void WriteField(ReadOnlyMemory<byte>? field, ref bool first, IBufferWriter<byte> output)
    {
        Separate(ref first, output);
        output.Write(field is { } bytes ? bytes.Span : format.NullLiteral);
    }

    private void WriteNumber(
        ReadOnlySpan<byte> label, long number, ref bool first, IBufferWriter<byte> output)
    {
        Separate(ref first, output);
        output.Write(label);
        Utf8Formatter.TryFormat(number, output.GetSpan(LongestInt64), out int written);
        output.Advance(written);
    }

    private void Separate(ref bool first, IBufferWriter<byte> output)
    {
        if (!first) output.Write(format.KeySeparator);
        first = false;
    }
}
