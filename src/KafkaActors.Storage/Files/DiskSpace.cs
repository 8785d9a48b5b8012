namespace KafkaActors.Storage.Files;

/// <summary>
/// What a data directory keeps back of its disk, so that the ways out of a full disk do not need what has run out.
/// A file of <c>log.reserve.bytes</c> lies there and is given up when something other than records finds no room: the
/// metadata log, a checkpoint, an index. And records are refused, before they are accepted, while less than as much
/// again is free: a batch that finds no room once it has its offset takes its log offline. Coordinators' records, which
/// are small, are taken until half of that is left: groups load and commit while producers are refused.
/// Invariant: while <see cref="HasRoom"/>, the reserve lies on the disk. It is taken again when there is twice as much.
/// The disk is asked when half of what was free is written, and from time to time, for others write too.
/// </summary>
internal sealed class DiskSpace(IFileSystem files, string directory, long reserveBytes)
{
    public const string FileName = ".reserve";

    private const int ChunkBytes = 64 * 1024;
    private const long LeastBetweenLooks = ChunkBytes;

    private readonly Lock _gate = new();
    private readonly string _path = Path.Combine(directory, FileName);
    private long _untilLook;
    private volatile bool _isShort;
    private volatile bool _isExhausted;
    /// <summary>Whether the reserve lies on the disk. Under the gate.</summary>
    private bool _isHeld;
    /// <summary>Whether the reserve may be written; until then it is taken for held. Under the gate.</summary>
    private bool _mayReserve;

    /// <summary>Whether records may be accepted: one volatile read.</summary>
    public bool HasRoom => !_isShort;

    /// <summary>Whether a coordinator's records may be accepted.</summary>
    public bool HasRoomForCoordinators => !_isExhausted;

    /// <summary>The directory may be written to: takes the reserve.</summary>
    public void BeginReserving()
    {
        lock (_gate) (_mayReserve, _isHeld) = (true, false);
        Look();
    }

    /// <summary>Counts what was written; asks the disk when that may have made a difference.</summary>
    public void Appended(int bytes)
    {
        if (reserveBytes > 0 && Interlocked.Add(ref _untilLook, -bytes) < 0) Look();
    }

    /// <summary>Asks the disk how much is free, and takes the reserve again when there is room for it.</summary>
    public void Look()
    {
        if (reserveBytes == 0) return;
        lock (_gate)
        {
            try
            {
                long free = files.AvailableBytes(directory);
                if (!_isHeld && (IsWhole() || free >= 2 * reserveBytes))
                {
                    _isHeld = !_mayReserve || TryFill();
                    free = files.AvailableBytes(directory);
                }
                long needed = _isShort ? 2 * reserveBytes : reserveBytes;
                _isExhausted = !_isHeld || free < reserveBytes / 2;
                _isShort = _isExhausted || free < needed;
                long spare = free - (_isShort ? reserveBytes / 2 : reserveBytes);
                Interlocked.Exchange(ref _untilLook, Math.Max(LeastBetweenLooks, spare / 2));
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                // A disk that does not answer is found by those who write to it.
                Interlocked.Exchange(ref _untilLook, LeastBetweenLooks);
            }
        }
    }

    /// <summary>Records found no room: no more are accepted until somebody made some.</summary>
    public void Exhausted()
    {
        if (reserveBytes > 0) _isShort = _isExhausted = true;
    }

    /// <summary>Gives up the reserve; false when there is none to give.</summary>
    public bool TryRelease()
    {
        lock (_gate)
        {
            if (reserveBytes == 0 || !files.FileExists(_path)) return false;
            files.DeleteFile(_path);
            _isHeld = false;
            _isShort = _isExhausted = true;
            return true;
        }
    }

    private bool IsWhole()
    {
        if (!files.FileExists(_path)) return false;
        using ILogFile file = files.Open(_path);
        return file.Length == reserveBytes;
    }

    /// <summary>
    /// Writes bytes that no file system stores in less room: neither holes nor zeros, which some compress.
    /// </summary>
    private bool TryFill()
    {
        if (IsWhole()) return true;
        try
        {
            byte[] chunk = new byte[ChunkBytes];
            var random = new Random(ChunkBytes);
            using ILogFile file = files.OpenOrCreate(_path);
            file.SetLength(0);
            for (long position = 0; position < reserveBytes; position += chunk.Length)
            {
                random.NextBytes(chunk);
                file.Write(chunk.AsSpan(0, (int)Math.Min(chunk.Length, reserveBytes - position)), position);
            }
            return true;
        }
        catch (IOException)
        {
            files.DeleteFile(_path);
            return false;
        }
    }
}
