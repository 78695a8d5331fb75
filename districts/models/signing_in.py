"""What signing in asks of whom, and what failed."""

from axes.models import AccessAttempt
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.access import Role
from districts.door.factor_keys import opened


class RolePolicy(models.Model):
    """What an administrator asks of everybody who holds a role. Each role has its row from the start."""

    role = models.CharField(_("peran"), max_length=12, choices=Role.choices, primary_key=True)
    needs_second_factor = models.BooleanField(
        _("wajib kode kedua"),
        default=False,
        help_text=_("Pemegang peran ini memasang aplikasi kode pada halaman berikutnya yang mereka buka."),
    )

    class Meta:
        verbose_name = _("aturan masuk per peran")
        verbose_name_plural = _("aturan masuk per peran")
        ordering = ["role"]
        constraints = [
            models.CheckConstraint(
                name="rolepolicy_known_role",
                condition=models.Q(role__in=Role.values),
                violation_error_message=_("Peran ini tidak dikenal."),
                violation_error_code="role",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_role_display())


class AppDevice(TOTPDevice):
    """The app of a person, whose secret is sealed in the database (`districts.door.factor_keys`)."""

    class Meta:
        proxy = True
        verbose_name = _("aplikasi kode")
        verbose_name_plural = _("aplikasi kode")

    @property
    def bin_key(self) -> bytes:
        """The secret; nothing when it opens under no key that is known, and then no code is right."""
        return opened(self.user_id, self.key) or b""

    def verify_token(self, token: str) -> bool:
        return bool(self.bin_key) and bool(super().verify_token(token))


class FailedSignIn(AccessAttempt):
    """Wrong passwords for one name from one network and browser, as django-axes counts them; under our own words."""

    class Meta:
        proxy = True
        verbose_name = _("gagal masuk")
        verbose_name_plural = _("gagal masuk")
        ordering = ["-attempt_time"]

    def __str__(self) -> str:
        return f"{self.username} {self.ip_address}"
