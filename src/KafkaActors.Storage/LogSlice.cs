using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage;

/// <summary>A range of a segment's file that holds whole batches, for sending it without copying.</summary>
public readonly record struct LogSlice(SafeFileHandle Handle, long Position, int Length);
