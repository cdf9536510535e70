"""Ten invented homes and who cares for children in them."""

from datetime import timedelta

from porchlight.core.ids import new_id
from porchlight.demo.book import Book, data
from porchlight.homes.models import Caregiver, ResourceHome


def load(book: Book) -> None:
    homes, caregivers = [], []
    for row in data("homes")["homes"]:
        code = row["code"]
        book.homes[code] = new_id()
        until = row.get("licence_until") or book.today + timedelta(days=row["licence_days"])
        homes.append(
            ResourceHome(
                id=book.homes[code],
                code=code,
                name=row["name"],
                address=row["address"],
                phone=row["phone"],
                beds=row["beds"],
                kin=row.get("kin", False),
                licence_until=until,
                languages=row["languages"],
                note=row["note"],
            )
        )
        for carer in row["caregivers"]:
            caregivers.append(
                Caregiver(
                    id=new_id(),
                    home_id=book.homes[code],
                    account_id=book.accounts.get(carer.get("account", "")),
                    name=carer["name"],
                    phone=carer["phone"],
                    email=carer["email"],
                    locale=carer.get("locale", "en"),
                )
            )
            book.caregivers.setdefault(code, []).append(caregivers[-1].id)
    book.put(*homes, *caregivers)
