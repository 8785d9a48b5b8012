
namespace KafkaActors.Storage;

/// <summary>
/// What is known to be wrong with one log: told to the observer once, and remembered until it is dealt with, across
/// restarts too. It is dealt with when the bytes that were kept are gone, when the file it speaks of is gone, or, for
/// what was put right at once, when <see cref="LogDirectoryOptions.DamageRetention"/> has passed. Kept bytes are
/// removed after the same time. Safe from any thread.
/// </summary>
internal sealed class LogDamages
{
    /// <summary>More are told, but not remembered: by then the disk is what has to be replaced.</summary>
    private const int MaxRemembered = 64;

    private readonly LogServices _services;
    private readonly string _directory;
    private readonly Lock _gate = new();
    private readonly List<LogDamage> _told = [];
    private volatile LogDamage[] _all;

    public LogDamages(LogServices services, string directory)
    {
        _services = services;
        _directory = directory;
        _all = [.. DamageFile.Read(services.Files, directory).Take(MaxRemembered)];
        _all = [.. _all, .. Unlisted().Take(MaxRemembered)];
        if (_all.Length > 0) Expire(services.Time.GetUtcNow());
    }

    public IReadOnlyList<LogDamage> All => _all;

    /// <summary>
    /// Tells of a damage: of one place in one file, one thing is told once as long as the log is open, and again when
    /// it is opened the next time.
    /// </summary>
    public void Add(LogDamage damage)
    {
        damage = damage with { FoundAt = _services.Time.GetUtcNow() };
        lock (_gate)
        {
            if (_told.Exists(known => IsSame(known, damage))) return;
            if (_told.Count < MaxRemembered) _told.Add(damage);
            LogDamage[] others = [.. _all.Where(known => !IsSame(known, damage))];
            if (others.Length < MaxRemembered) Keep([.. others, damage]);
        }
        _services.Observer?.Damaged(damage);
    }

    /// <summary>The log has been opened without a fault: what kept it offline has been mended.</summary>
    public void IsOnline()
    {
        lock (_gate)
        {
            LogDamage[] left = [.. _all.Where(damage => damage.Kind != LogDamageKind.Offline)];
            if (left.Length < _all.Length) Keep(left);
        }
    }

    /// <summary>It is no longer so.</summary>
    public void Remove(LogDamage damage)
    {
        lock (_gate) Keep([.. _all.Where(known => known != damage)]);
    }

    /// <summary>Forgets what is dealt with and removes bytes that were kept long enough.</summary>
    public void Expire(DateTimeOffset now)
    {
        if (_all.Length == 0) return;
        lock (_gate)
        {
            foreach (LogDamage damage in _all)
            {
                bool isOver = damage.KeptAs is not null && IsOld(damage, now);
                if (isOver) _services.Files.DeleteFile(damage.KeptAs!);
            }
            LogDamage[] left = [.. _all.Where(damage => !IsDealtWith(damage, now))];
            if (left.Length < _all.Length) Keep(left);
        }
    }

    /// <summary>Somebody has seen to it: the bytes that were kept go, and nothing is remembered.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (LogDamage damage in _all)
                if (damage.KeptAs is not null) _services.Files.DeleteFile(damage.KeptAs);
            Keep([]);
        }
    }

    /// <summary>Bytes that were kept and whose note was lost: without one they would stay for ever.</summary>
    private IEnumerable<LogDamage> Unlisted()
    {
        foreach (string name in _services.Files.FileNames(_directory))
        {
            string path = Path.Combine(_directory, name);
            bool isListed = Path.GetExtension(name) != LogFileNames.Cut || _all.Any(damage => damage.KeptAs == path);
            if (isListed) continue;
            yield return new LogDamage
            {
                Kind = LogDamageKind.Cut,
                Path = path,
                What = "bytes that were taken out of the log",
                Outcome = "they are kept for a while",
                Remedy = "remove the file when it is not needed",
                KeptAs = path,
                FoundAt = _services.Files.LastWritten(path),
            };
        }
    }

    private static bool IsSame(LogDamage known, LogDamage damage) =>
        known.Kind == damage.Kind && known.Path == damage.Path && known.Position == damage.Position
        && known.FirstOffset == damage.FirstOffset && known.KeptAs == damage.KeptAs;

    private bool IsDealtWith(LogDamage damage, DateTimeOffset now) => damage.Kind switch
    {
        LogDamageKind.Rotten => !_services.Files.FileExists(damage.Path),
        _ when damage.KeptAs is not null => !_services.Files.FileExists(damage.KeptAs),
        _ => IsOld(damage, now),
    };

    private bool IsOld(LogDamage damage, DateTimeOffset now) => now - damage.FoundAt >= _services.DamageRetention;

    private void Keep(LogDamage[] damages)
    {
        _all = damages;
        try
        {
            if (damages.Length > 0) DamageFile.Write(_services.Files, _directory, damages);
            else _services.Files.DeleteFile(Path.Combine(_directory, DamageFile.Name));
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // It is in the node's log; a disk that cannot take the note must not add to the damage.
        }
    }
}
