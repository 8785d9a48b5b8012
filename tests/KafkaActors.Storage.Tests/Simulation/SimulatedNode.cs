namespace KafkaActors.Storage.Tests.Simulation;

/// <summary>The bytes of a file, as they are and as they were when last flushed, with the writes in between.</summary>
internal sealed class SimulatedNode
{
    private readonly Lock _gate = new();
    private readonly List<(long Position, byte[] Bytes)> _unflushed = [];
    private byte[] _current = [];
    private int _length;
    private byte[] _durable = [];

    public long Length
    {
        get
        {
            lock (_gate) return _length;
        }
    }

    public int Read(Span<byte> destination, long position)
    {
        lock (_gate)
        {
            if (position >= _length) return 0;
            int count = (int)Math.Min(destination.Length, _length - position);
            _current.AsSpan((int)position, count).CopyTo(destination);
            return count;
        }
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        lock (_gate)
        {
            Put(source, position);
            _unflushed.Add((position, source.ToArray()));
        }
    }

    public void SetLength(long length)
    {
        lock (_gate)
        {
            if (length == _length) return;
            Grow((int)length);
            if (length > _length) _current.AsSpan(_length, (int)length - _length).Clear();
            _length = (int)length;
            // A cut of the file is not reordered with writes: what came before it is settled with it.
            _unflushed.Clear();
            _unflushed.Add((0, _current[.._length]));
        }
    }

    public void Flush()
    {
        lock (_gate)
        {
            _durable = _current[.._length];
            _unflushed.Clear();
        }
    }

    public SimulatedNode Copy()
    {
        lock (_gate)
        {
            var copy = new SimulatedNode { _current = _current[.._length], _length = _length, _durable = _durable };
            copy._unflushed.AddRange(_unflushed);
            return copy;
        }
    }

    /// <summary>The flushed bytes; with a random source, with any of the writes since, the last of them torn.</summary>
    public SimulatedNode AfterPowerCut(Random? chance)
    {
        lock (_gate)
        {
            var after = new SimulatedNode { _current = [.. _durable], _length = _durable.Length };
            if (chance is not null)
            {
                foreach ((long position, byte[] bytes) in _unflushed)
                {
                    int kept = chance.Next(3) switch { 0 => 0, 1 => bytes.Length, _ => chance.Next(bytes.Length + 1) };
                    if (kept > 0) after.Put(bytes.AsSpan(0, kept), position);
                }
            }
            after.Flush();
            return after;
        }
    }

    private void Put(ReadOnlySpan<byte> source, long position)
    {
        int end = (int)position + source.Length;
        Grow(end);
        if (position > _length) _current.AsSpan(_length, (int)position - _length).Clear();
        source.CopyTo(_current.AsSpan((int)position));
        _length = Math.Max(_length, end);
    }

    private void Grow(int capacity)
    {
        if (capacity > _current.Length) Array.Resize(ref _current, Math.Max(capacity, _current.Length * 2));
        else if (ReferenceEquals(_current, _durable)) _current = [.. _current];
    }
}
