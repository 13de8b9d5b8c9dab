"""Why the system refuses a file, in Chinese."""

import errno

_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.ENAMETOOLONG: "名称太长",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
    errno.EIO: "磁盘读写出错",
}


def reason_of(error: OSError) -> str:
    """Say why, without a full stop; an error that has no sentence here is told by its number."""
    return _REASONS.get(error.errno or 0, f"系统拒绝（错误号 {error.errno}）")
